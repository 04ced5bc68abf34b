import { light } from "./theme";

/** Something the reader may pick: a time with its teacher, leading to a page that takes it. */
export type Choice = { label: string; note: string; href: string };

/** Choices under each other, each a link with what sets it apart below. */
export function ChoiceList({ choices }: { choices: readonly Choice[] }) {
  return (
    <table
      role="presentation"
      cellPadding={0}
      cellSpacing={0}
      style={{ width: "100%", borderCollapse: "collapse", margin: "0 0 20px" }}
    >
      <tbody>
        {choices.map(({ label, note, href }) => (
          <tr key={href}>
            <td className="line" style={{ padding: "12px 0", borderBottom: `1px solid ${light.line}` }}>
              <a
                className="link"
                href={href}
                style={{
                  color: light.cedar,
                  fontSize: 16,
                  fontWeight: 600,
                  lineHeight: 1.5,
                  textDecoration: "underline",
                }}
              >
                {label}
              </a>
              <div className="soft" style={{ color: light.soft, fontSize: 14, lineHeight: 1.5 }}>
                {note}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
