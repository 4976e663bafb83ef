import { fetched } from './host.js';

// Written out so that bundlers find the file.
export const host = fetched('whole', new URL('./tollgate.wasm', import.meta.url));
