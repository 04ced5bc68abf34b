import "@mantine/core/styles/baseline.layer.css";
import "./globals.css";
import { ColorSchemeScript, mantineHtmlProps } from "@mantine/core";
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { SkipLink } from "@/components/site/skip-link";
import { ThemeProvider } from "@/components/ui/theme-provider";
import { EmbeddedAcademy } from "./_components/embedded-academy";
import { fontVariables } from "./_components/fonts";

// The same build serves the embedded and the hosted academy, so no page is rendered while it is built.
export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: { default: "Cedar Heights Music Academy", template: "%s · Cedar Heights" },
  description:
    "Private and group music lessons in twelve instruments. See real open times, meet the teacher in a trial lesson, and change plans without a phone call.",
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbf8f2" },
    { media: "(prefers-color-scheme: dark)", color: "#141a17" },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" {...mantineHtmlProps} className={fontVariables}>
      <head>
        <ColorSchemeScript defaultColorScheme="auto" />
      </head>
      <body>
        <ThemeProvider>
          <SkipLink />
          <EmbeddedAcademy />
          {children}
        </ThemeProvider>
      </body>
    </html>
  );
}
