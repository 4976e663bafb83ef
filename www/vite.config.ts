// How the page is built. tools/page.mjs runs this; what it needs from the engine is in made/ by then.

import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Baseline for `light-dark()` and for `@property`-free nesting: older browsers get no half-styled page.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // The content policy lets no `data:` address be fetched, so every asset is a file.
    assetsInlineLimit: 0,
    // The polyfill is for browsers below the target.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
