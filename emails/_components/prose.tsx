import type { ReactNode } from "react";
import { Heading, Link, Text } from "react-email";
import { Panel } from "./panel";
import { light } from "./theme";

const body = { color: light.ink, fontSize: 16, lineHeight: 1.6 } as const;

/** A paragraph of the letter itself. */
export function Paragraph({ children }: { children: ReactNode }) {
  return (
    <Text className="ink" style={{ ...body, margin: "0 0 16px" }}>
      {children}
    </Text>
  );
}

/** A heading within the card. */
export function Subheading({ children }: { children: string }) {
  return (
    <Heading
      as="h2"
      className="ink"
      style={{ margin: "24px 0 8px", color: light.ink, fontSize: 16, fontWeight: 700, lineHeight: 1.4 }}
    >
      {children}
    </Heading>
  );
}

/** What happens next, in order. */
export function Steps({ steps }: { steps: readonly string[] }) {
  return (
    <ol style={{ margin: "0 0 20px", padding: "0 0 0 22px" }}>
      {steps.map((step) => (
        <li key={step} className="ink" style={{ ...body, margin: "0 0 8px", paddingLeft: 4 }}>
          {step}
        </li>
      ))}
    </ol>
  );
}

/** Text that must not be missed: a policy, a deadline, what was kept. Line breaks of the text are kept. */
export function Notice({
  title,
  lines,
  link,
}: {
  title: string;
  lines: readonly string[];
  link: { label: string; href: string } | undefined;
}) {
  return (
    <Panel
      className="notice"
      margin="4px 0 20px"
      style={{
        backgroundColor: light.goldTint,
        borderLeft: `4px solid ${light.gold}`,
        borderRadius: 10,
        padding: "14px 18px",
      }}
    >
      <Text className="ink" style={{ ...body, margin: "0 0 4px", fontSize: 15, fontWeight: 700 }}>
        {title}
      </Text>
      {lines.map((line) => (
        <Text
          key={line}
          className="ink"
          style={{ ...body, margin: "0 0 4px", fontSize: 15, lineHeight: 1.55, whiteSpace: "pre-line" }}
        >
          {line}
        </Text>
      ))}
      {link === undefined ? null : (
        <Link
          className="link"
          href={link.href}
          style={{ color: light.cedar, fontSize: 15, lineHeight: 1.55, textDecoration: "underline" }}
        >
          {link.label}
        </Link>
      )}
    </Panel>
  );
}
