import type { NextConfig } from "next";

const config: NextConfig = {
  output: "standalone",
  typedRoutes: false,
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
};

export default config;
