/**
 * The browser for pictures: always the one that the lockfile brings, with the fonts that the lockfile brings and no others,
 * so that a picture is the same on every machine. What no such font holds (Arabic, emoji) is drawn as the same empty box.
 */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Page } from "@playwright/test";
import { browserArguments } from "../browser";

const require = createRequire(import.meta.url);
/** Next's own developer tools are drawn with it; of the packages we have, none other brings fixed-width letters. */
const monospace = join(
  dirname(require.resolve("next/package.json")),
  "dist/next-devtools/server/font/geist-mono-latin.woff2",
);

/** The options of `launch`, or null where the packed browser does not run: it is for Linux on x64 alone. */
export async function pictureBrowser() {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  const { default: packed, inflate } = await import("@sparticuz/chromium");
  const executablePath = await packed.executablePath();
  const fonts = join(tmpdir(), "fonts", "fonts");
  if (!existsSync(fonts))
    await inflate(join(dirname(require.resolve("@sparticuz/chromium")), "../../bin/fonts.tar.br"));
  const folder = mkdtempSync(join(tmpdir(), "throughline-fonts-"));
  const file = join(folder, "fonts.conf");
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${fonts}</dir><cachedir>${folder}</cachedir></fontconfig>`,
  );
  return {
    executablePath,
    args: [...browserArguments, "--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb"],
    env: { ...process.env, FONTCONFIG_FILE: file },
  };
}

/**
 * Ids, lines and queries in the fixed-width font of the packages; waits until every font is there. How long ago something
 * was is left out: it is the one thing on the page that goes on by itself.
 */
export async function drawWithOwnFonts(page: Page): Promise<void> {
  await page.route("**/picture-mono.woff2", (route) =>
    route.fulfill({ contentType: "font/woff2", body: readFileSync(monospace) }),
  );
  await page.addStyleTag({
    content: `@font-face { font-family: "Picture Mono"; src: url(/picture-mono.woff2); font-weight: 100 900 }
      :root { --font-code: "Picture Mono" }
      [data-clock="true"] { visibility: hidden }`,
  });
  await page.evaluate(async () => {
    await document.fonts.load('12px "Picture Mono"');
    await document.fonts.ready;
  });
}
