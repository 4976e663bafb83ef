// Answers again, with the modules of whatever host this runs in, what tests/calls.rs answered natively: the same bytes.

/** The calls that the module without the compiler has, too. */
const DECIDING = ['decide', 'decideMany', 'form', 'files', 'partial', 'release'];

/**
 * Answers `calls` (`{ name, call, text, answer }`) with `engine`, and those that decide with `decide`, too, which opens the images
 * that `engine` gives. Returns how many were answered, and every difference.
 */
export async function replay(calls, engine, decide) {
  const wrong = [];
  let answered = 0;
  const compare = (name, native, found) => {
    answered += 1;
    if (found !== native) wrong.push(difference(name, native, found));
  };
  for (const { name, call, text, answer: native } of calls) {
    if (call === 'image') {
      const { handle } = JSON.parse(text);
      const image = engine.image(handle);
      compare(name, native, JSON.stringify({ ok: true, image: await digest(image) }));
      const opened = JSON.parse(decide.open(image));
      compare(`${name}, opened`, `${handle}`, `${opened.handle}`);
      compare(`${name}, written again`, await digest(image), await digest(decide.image(opened.handle)));
      continue;
    }
    compare(name, native, answer(engine, call, text));
    if (!DECIDING.includes(call)) continue;
    const found = answer(decide, call, text);
    // Rule files are for the compiler.
    if (!found.includes('this engine has no compiler')) compare(`${name}, decided by image`, native, found);
  }
  return { answered, wrong };
}

/** The answer of a module; a trap (a stack that overflows, a panic) is an answer that no native one equals. */
function answer(engine, call, text) {
  try {
    return engine[call](text);
  } catch (error) {
    return `the module failed: ${error}`;
  }
}

/** What is different, from the first character that is. */
function difference(name, native, found) {
  let at = 0;
  while (at < native.length && native[at] === found[at]) at += 1;
  const near = (text) => JSON.stringify(text.slice(Math.max(0, at - 40), at + 60));
  return `${name}: character ${at} of ${native.length} differs\n  native ${near(native)}\n  module ${near(found)}`;
}

async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
