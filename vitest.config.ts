import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    // Real sockets, a real browser and native modules: one process a file, and time to spare on a busy machine.
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // Other people's work on a shared machine may stall a browser for seconds: once more there, never at a desk.
    retry: process.env.CI === "true" ? 1 : 0,
  },
});
