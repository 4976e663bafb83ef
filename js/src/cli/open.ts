// Trails in folders, opened with what a command line names.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import * as glue from '../../../pkg/tollgate.js';
import { host } from '#host/full';

import { Engine } from '../engine.js';
import { TollgateError } from '../error.js';
import { isMissing } from '../node/files.js';
import { folderStore } from '../node/folder.js';
import type { TrailGlue } from '../trail/reading.js';
import { openTrail } from '../trail/trail.js';
import type { Trail } from '../trail/types.js';
import type { Refusal } from '../types.js';
import { signersOf, textOf } from './files.js';
import { type Command, Fault, type Given, numberOf, type Option } from './line.js';

export const engine = new Engine(glue as unknown as TrailGlue, host.module);

/** The argument that names a trail. */
export const TRAIL = { name: 'TRAIL', about: 'The folder of the trail' };

export const PIN: Option = { name: 'pin', value: 'CHECKPOINT', about: 'A checkpoint of the log that was kept elsewhere', many: true };

/** What a command takes that adds to a trail. */
export const WRITING: readonly Option[] = [
  { name: 'key', value: 'FILE', about: 'A private key that signs: the log\'s, and those of the root where they must', needed: true, many: true },
  PIN,
  { name: 'wait', value: 'SECONDS', about: 'How long to wait for another process that writes there; not at all where it is left out' },
];

/** The checkpoints in files. One that is none is named with its file. */
export async function pinsOf(paths: readonly string[]): Promise<string[]> {
  const pins: string[] = [];
  for (const path of paths) {
    const pin = await textOf(path);
    const fault = faultOf({ pins: [pin] });
    if (fault) throw new Fault(`--pin: \`${path}\` is no checkpoint: ${fault.message}; it was damaged, or is another file: fetch the one that was kept again, as \`tollgate trail checkpoint\` printed it`, fault.code);
    pins.push(pin);
  }
  return pins;
}

/** What a check has against what it is given besides the entries; nothing where it takes it. */
export function faultOf(asked: { pins?: string[]; own?: readonly string[]; witnesses?: string[]; beside?: string[] }): Refusal | undefined {
  const { error, handle } = engine.ask('trailCheck', asked) as { error?: Refusal; handle?: number };
  if (!error) engine.ask('trailCheckFinish', { handle });
  return error;
}

/** Throws where a folder holds no trail: opening one to write would make it. */
export async function mustBeTrail(folder: string): Promise<void> {
  const entries = await stat(join(folder, 'entries')).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (!entries?.isDirectory()) throw new Fault(`\`${folder}\` holds no trail: it has no folder \`entries\``);
}

/** What is wrong with a pin, with its file; nothing where it is something else. */
function ofPin(error: unknown, files: readonly string[]): Fault | undefined {
  if (!(error instanceof TollgateError)) return undefined;
  const [, place = ''] = /^pins\[(\d+)\]$/.exec(error.path ?? '') ?? [];
  const file = place === '' ? undefined : files[Number(place)];
  return file === undefined ? undefined : new Fault(`--pin: \`${file}\`: ${error.message}`, error.code);
}

/** Opens a trail to write, does something, and closes it. */
export async function inTrail<T>(given: Given, command: Command, work: (trail: Trail) => Promise<T>): Promise<T> {
  const [folder = ''] = given.args;
  const wait = numberOf(given, 'wait', command) ?? 0;
  const [signer, ...signers] = await signersOf(given.all('key'));
  if (!signer) throw new Fault('no key signs');
  await mustBeTrail(folder);
  const store = folderStore(folder, { waitMs: wait * 1_000 });
  const pins = await pinsOf(given.all('pin'));
  const trail = await openTrail(engine, { store, signer, signers, pins }).catch((error: unknown) => {
    throw ofPin(error, given.all('pin')) ?? error;
  });
  try {
    for (const { file, movedTo, bytes } of trail.setAside) {
      console.error(`tollgate: a crash left ${bytes} bytes of \`${file}\` unfinished, never acknowledged; they are in \`${movedTo}\` now`);
    }
    return await work(trail);
  } finally {
    await trail.close();
  }
}
