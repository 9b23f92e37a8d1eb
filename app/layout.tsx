import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { themeFrom } from "@/components/ui/theme";
import "@/components/ui/tokens.css";
import "@/components/ui/base.css";

const inter = localFont({
  src: "../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  weight: "100 900",
  variable: "--font-inter",
  display: "swap",
});

export const metadata: Metadata = {
  title: { default: "Throughline", template: "%s · Throughline" },
  description: "One id in, the whole incident on one page.",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fafbfd" },
    { media: "(prefers-color-scheme: dark)", color: "#0f1116" },
  ],
};

/** Every page is rendered for its request: a page from a cache would carry no nonce, and its scripts would not run. */
export default async function Layout({ children }: { readonly children: ReactNode }) {
  await headers();
  const theme = themeFrom((await cookies()).get("theme")?.value);
  return (
    <html
      lang="en"
      className={inter.variable}
      data-theme={theme === "system" ? undefined : theme}
      // Another page begins at its top at once; only a jump within the page glides.
      data-scroll-behavior="smooth"
    >
      <body>
        <a className="skip" href="#main">
          Skip to the content
        </a>
        {children}
      </body>
    </html>
  );
}
