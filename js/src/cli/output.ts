// Standard output. Whoever reads it may go away before all of it is printed: that is no failure, and no stack is shown for it.

let isGone = false;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') {
    isGone = true;
    return;
  }
  console.error(`tollgate: cannot print: ${error.message}`);
  process.exit(1);
});
process.stderr.on('error', () => undefined);

/** Whether nobody reads any more. What a command finds out it still says by its exit code. */
export const isReadNoMore = (): boolean => isGone;

/** Prints text as it is, to the byte, with an end of its last line. */
export function put(text: string): void {
  process.stdout.write(text === '' || text.endsWith('\n') ? text : `${text}\n`);
}
