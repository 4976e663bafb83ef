// Compiles and checks rule files beside the page, so that no key waits for it. This is the one part of the page that loads
// the whole engine, three times the bytes of the one that decides.

import { check, load, Policy, TollgateError } from 'tollgate';

import type { Asked, Told } from './messages.ts';

addEventListener('message', ({ data }: MessageEvent<Asked>) => void answer(data));

async function answer({ id, files }: Asked): Promise<void> {
  const tell = (told: Told) => postMessage(told);
  try {
    await load();
    const image = compiled(files, (diagnostics) => tell({ id, kind: 'compiled', image: null, diagnostics }));
    if (!image) return;
    tell({ id, kind: 'compiled', image, diagnostics: [] });
    tell({ id, kind: 'checked', diagnostics: check(files).diagnostics });
  } catch (error) {
    tell({ id, kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
}

/** The image of the policy that the files make; where they make none, `broken` hears why. */
function compiled(files: Asked['files'], broken: (diagnostics: TollgateError['diagnostics']) => void): Uint8Array | undefined {
  try {
    const policy = Policy.compile(files);
    const image = policy.image();
    policy.release();
    return image;
  } catch (error) {
    if (!(error instanceof TollgateError && error.code === 'BROKEN_POLICY')) throw error;
    broken(error.diagnostics);
    return undefined;
  }
}
