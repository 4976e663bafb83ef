// The modules of the package: the profile and the features that each is compiled with, and what the compiler is told besides.

// The engine is compiled for speed, and inlines as sparingly as where size counts: of what full optimisation gains in a step of a
// change that keeps nearly all, and takes less than half of what it adds to the bytes (docs/performance.md).
const SPARING_INLINES = '-Cllvm-args=-inline-threshold=75';

export const MODULES = [
  { name: 'tollgate', profile: 'module', features: ['wasm', 'compiler', 'life', 'trail'], flags: [SPARING_INLINES] },
  { name: 'decide', profile: 'small', features: ['wasm'] },
];
