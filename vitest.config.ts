import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    // Real sockets, a real browser and native modules: one process a file, and time to spare on a busy machine.
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
