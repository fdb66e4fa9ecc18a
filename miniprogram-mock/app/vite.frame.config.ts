// The demo's frame: frame.html beside the phone's own page, no framework.
import { defineConfig } from 'vite'

export default defineConfig({
  base: './',
  publicDir: false,
  build: {
    outDir: 'dist/build/h5',
    emptyOutDir: false,
    target: 'es2019',
    rollupOptions: { input: 'frame.html', output: { entryFileNames: 'assets/frame-[hash].js', assetFileNames: 'assets/frame-[hash][extname]' } },
  },
})
