import type { ReactNode } from "react";
import { Body, Container, Head, Heading, Html, Link, Preview, Section, Text } from "react-email";
import { Panel } from "./panel";
import { light, sans, serif, styleSheet } from "./theme";

/** Who writes: shown in the header and the footer of every mail. */
export type Sender = {
  name: string;
  email: string | null;
  phone: string | null;
  address: string | null;
  siteUrl: string | null;
};

export type LayoutProps = {
  sender: Sender;
  /** The line that the inbox shows beside the subject. */
  preheader: string;
  title: string;
  /** Why the reader gets this mail, one sentence. */
  reason: string;
  children: ReactNode;
};

/** The frame of every mail: mark, card with a title, and a footer that says who writes and why. */
export function Layout({ sender, preheader, title, reason, children }: LayoutProps) {
  return (
    <Html lang="en">
      <Head>
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <style>{styleSheet}</style>
      </Head>
      <Body
        className="paper"
        style={{ backgroundColor: light.paper, margin: 0, padding: 0, fontFamily: sans, width: "100%" }}
      >
        <Preview>{preheader}</Preview>
        <Container className="frame" style={{ width: "100%", maxWidth: 600, padding: "32px 16px 40px" }}>
          <Mark name={sender.name} />
          <Panel
            className="card"
            style={{
              backgroundColor: light.card,
              border: `1px solid ${light.line}`,
              borderRadius: 16,
              padding: "32px 36px",
            }}
          >
            <Heading
              as="h1"
              className="ink title"
              style={{
                margin: "0 0 16px",
                color: light.ink,
                fontFamily: serif,
                fontSize: 29,
                fontWeight: 600,
                lineHeight: 1.22,
                letterSpacing: "-0.01em",
              }}
            >
              {title}
            </Heading>
            {children}
          </Panel>
          <Footer sender={sender} reason={reason} />
        </Container>
      </Body>
    </Html>
  );
}

/** The mark without an image file: programs that block images would show a hole. */
function Mark({ name }: { name: string }) {
  return (
    <table role="presentation" cellPadding={0} cellSpacing={0} style={{ margin: "0 0 20px 4px" }}>
      <tbody>
        <tr>
          <td
            aria-hidden="true"
            style={{
              width: 34,
              height: 34,
              borderRadius: 10,
              backgroundColor: "#2c6e52",
              color: "#f0d6a9",
              fontSize: 19,
              lineHeight: "34px",
              textAlign: "center",
              verticalAlign: "middle",
            }}
          >
            ♪
          </td>
          <td
            className="ink"
            style={{
              paddingLeft: 12,
              color: light.ink,
              fontFamily: serif,
              fontSize: 18,
              fontWeight: 600,
              verticalAlign: "middle",
            }}
          >
            {name}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

function Footer({ sender, reason }: { sender: Sender; reason: string }) {
  const small = { margin: "0 0 6px", color: light.soft, fontSize: 13, lineHeight: 1.55 } as const;
  return (
    <Section style={{ padding: "20px 8px 0" }}>
      <Text className="soft" style={small}>
        {reason}{" "}
        {sender.email === null ? (
          "Questions? Just reply to this email."
        ) : (
          <>
            Questions? Reply to this email or write to{" "}
            <Link
              className="link"
              href={`mailto:${sender.email}`}
              style={{ color: light.cedar, textDecoration: "underline" }}
            >
              {sender.email}
            </Link>
            {sender.phone === null ? "." : `, or call ${sender.phone}.`}
          </>
        )}
      </Text>
      <Text className="soft" style={small}>
        {sender.siteUrl === null ? (
          sender.name
        ) : (
          <Link
            className="soft"
            href={sender.siteUrl}
            style={{ color: light.soft, textDecoration: "underline" }}
          >
            {sender.name}
          </Link>
        )}
        {sender.address === null ? null : ` · ${sender.address}`}
      </Text>
    </Section>
  );
}
