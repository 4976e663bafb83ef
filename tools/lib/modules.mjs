// The modules of the package: the profile and the features that each is compiled with.

export const MODULES = [
  { name: 'tollgate', profile: 'module', features: ['wasm', 'compiler', 'life', 'trail'] },
  { name: 'decide', profile: 'small', features: ['wasm'] },
];
