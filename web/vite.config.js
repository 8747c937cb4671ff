import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";

const here = import.meta.dirname;

/** One file with the glyphs that icons.txt names, so that a page asks for icons once. */
function sprite() {
  const names = readFileSync(resolve(here, "icons.txt"), "utf8").split(/\s+/).filter(Boolean);
  const symbol = (name) => {
    const svg = readFileSync(resolve(here, `node_modules/lucide-static/icons/${name}.svg`), "utf8");
    const inner = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
  };
  return {
    name: "icon-sprite",
    generateBundle() {
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>`;
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons.svg", source });
    },
  };
}

/** The licences of what is bundled travel with it. */
function licences() {
  const { dependencies } = JSON.parse(readFileSync(resolve(here, "package.json"), "utf8"));
  const text = (name) =>
    `${name}\n\n${readFileSync(resolve(here, `node_modules/${name}/LICENSE`), "utf8")}`;
  return {
    name: "licences",
    generateBundle() {
      const source = Object.keys(dependencies).map(text).join("\n\n");
      this.emitFile({ type: "asset", fileName: "licences.txt", source });
    },
  };
}

export default defineConfig({
  root: here,
  base: "/static/built/",
  plugins: [sprite(), licences()],
  build: {
    outDir: resolve(here, "../src/zhima/city/phone/static/built"),
    emptyOutDir: true,
    assetsDir: "",
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        phone: resolve(here, "src/phone.js"),
        scan: resolve(here, "src/scan.js"),
        badge: resolve(here, "src/badge.js"),
        check: resolve(here, "src/check.js"),
        worker: resolve(here, "src/worker.js"),
      },
    },
  },
});
