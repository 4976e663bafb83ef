// `npx vite examples/form-react` serves the page, `npx vite build examples/form-react` makes files of it.

import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  build: { target: 'es2022', modulePreload: { polyfill: false } },
});
