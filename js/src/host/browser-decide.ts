import { fetched } from './host.js';

// Written out so that bundlers find the file.
export const host = fetched('deciding', new URL('./decide.wasm', import.meta.url));
