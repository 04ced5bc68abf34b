import { Button, Link, Text } from "react-email";
import { light } from "./theme";

/** The one thing to do next; the address is repeated below it for programs that do not show buttons. */
export function ActionButton({ href, children }: { href: string; children: string }) {
  return (
    <>
      <Button
        className="button"
        href={href}
        style={{
          backgroundColor: light.cedar,
          color: light.onCedar,
          borderRadius: 10,
          padding: "14px 26px",
          margin: "8px 0 0",
          fontSize: 16,
          fontWeight: 600,
          textDecoration: "none",
        }}
      >
        {children}
      </Button>
      <Text
        className="soft"
        style={{ margin: "12px 0 20px", color: light.soft, fontSize: 12, lineHeight: 1.5 }}
      >
        Button not working? Open{" "}
        <Link
          className="link"
          href={href}
          style={{ color: light.cedar, textDecoration: "underline", wordBreak: "break-all" }}
        >
          {href}
        </Link>
      </Text>
    </>
  );
}
