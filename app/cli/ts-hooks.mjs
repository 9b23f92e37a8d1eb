// Lets plain Node run the project's TypeScript: resolves "@/…" and extensionless paths, and "server-only" to nothing.
import { statSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const nothing = "data:text/javascript,export%20%7B%7D%3B";
const isFile = (url) => statSync(fileURLToPath(url), { throwIfNoEntry: false })?.isFile() === true;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "server-only") return { url: nothing, format: "module", shortCircuit: true };
    const { parentURL } = context;
    // Packages resolve their own files: a `require` inside one does not take the URL that is handed on here.
    const isOwn = parentURL?.startsWith("file:") && !parentURL.includes("/node_modules/");
    const url = specifier.startsWith("@/")
      ? new URL(specifier.slice(2), root)
      : isOwn && specifier.startsWith(".")
        ? new URL(specifier, parentURL)
        : undefined;
    const found = url && [url.href, `${url.href}.ts`, `${url.href}.tsx`].find((href) => isFile(href));
    return next(found ?? specifier, context);
  },
});
