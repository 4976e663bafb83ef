// How the page is built. tools/page.mjs runs this; what it needs from the engine is in made/ by then.

import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // What knows `light-dark()`.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // The content policy lets no `data:` address be fetched, so every asset is a file.
    assetsInlineLimit: 0,
    // There is one chunk to begin with, and one that is fetched when somebody edits: nothing to preload.
    modulePreload: false,
    reportCompressedSize: false,
  },
});
