// npm install && npm run build
import { defineConfig } from "vite";

export default defineConfig({
  // A script or style sheet finds its files beside itself, below any prefix.
  base: "./",
  build: {
    outDir: "static/dist",
    // Flask looks the names of the files up in it.
    manifest: "manifest.json",
    rolldownOptions: { input: "src/main.js" },
  },
});
