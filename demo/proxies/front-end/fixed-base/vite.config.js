// npm install && npm run build
import { defineConfig } from "vite";

export default defineConfig({
  // Another prefix needs another build: npm run build -- --base=/other/
  base: "/svc/",
});
