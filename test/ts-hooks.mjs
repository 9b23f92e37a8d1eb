// Lets plain Node run the project's TypeScript: resolves "@/…" and extensionless paths, and "server-only" to nothing.
import { existsSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const isFile = (url) => existsSync(fileURLToPath(url)) && statSync(fileURLToPath(url)).isFile();

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "server-only") return next(new URL("./empty.ts", import.meta.url).href, context);
    const own = specifier.startsWith("@/")
      ? new URL(specifier.slice(2), root)
      : specifier.startsWith(".") && context.parentURL
        ? new URL(specifier, context.parentURL)
        : undefined;
    if (own?.protocol === "file:") {
      const found = [own.href, `${own.href}.ts`, `${own.href}.tsx`].find((href) => isFile(new URL(href)));
      if (found) return next(found, context);
    }
    return next(specifier, context);
  },
});
