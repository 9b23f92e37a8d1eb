import type { NextConfig } from "next";

const config: NextConfig = {
  output: "standalone",
  // A lockfile in a folder above must not make that folder the project.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  agentRules: false,
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
};

export default config;
