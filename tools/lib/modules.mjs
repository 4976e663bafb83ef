// The modules of the package: the profile and the features that each is compiled with, and what the compiler is told besides.

import { homedir } from 'node:os';
import { join } from 'node:path';

import { root } from './paths.mjs';

// The engine is compiled for speed, and inlines as sparingly as where size counts: of what full optimisation gains in a step of a
// change that keeps nearly all, and takes less than half of what it adds to the bytes (docs/performance.md).
const SPARING_INLINES = '-Cllvm-args=-inline-threshold=75';

export const MODULES = [
  { name: 'tollgate', profile: 'module', features: ['wasm', 'compiler', 'life', 'trail'], flags: [SPARING_INLINES] },
  { name: 'decide', profile: 'small', features: ['wasm'] },
];

/** The engine as tests load it: it fails when it is told to. It is the library of wasm-bindgen-test's tests, compiled once for both. */
export const TRAPPING = { name: 'trapping', profile: 'tests', features: ['wasm', 'compiler', 'life', 'trail', 'trap'] };

/** Keeps the folders of this machine out of what panics say, so that the same sources give the same bytes everywhere. */
export function withoutPaths() {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  return [`--remap-path-prefix=${cargoHome}=cargo`, `--remap-path-prefix=${root.replace(/\/$/, '')}=tollgate`];
}
