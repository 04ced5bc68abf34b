import { light } from "./theme";

/** One line of who, what, when, where; `href` makes the value a link. */
export type Fact = { label: string; value: string; href?: string };

/** The facts of a mail as a two-column table. */
export function FactsTable({ facts }: { facts: readonly Fact[] }) {
  return (
    <table
      cellPadding={0}
      cellSpacing={0}
      style={{ width: "100%", borderCollapse: "collapse", margin: "4px 0 20px" }}
    >
      <tbody>
        {facts.map(({ label, value, href }) => (
          <tr key={`${label} ${value}`}>
            <th
              scope="row"
              className="soft line label"
              style={{
                width: 92,
                padding: "10px 12px 10px 0",
                borderBottom: `1px solid ${light.line}`,
                color: light.soft,
                fontSize: 14,
                fontWeight: 400,
                lineHeight: 1.5,
                textAlign: "left",
                verticalAlign: "top",
              }}
            >
              {label}
            </th>
            <td
              className="ink line"
              style={{
                padding: "10px 0",
                borderBottom: `1px solid ${light.line}`,
                color: light.ink,
                fontSize: 15,
                fontWeight: 600,
                lineHeight: 1.5,
                verticalAlign: "top",
                wordBreak: "break-word",
              }}
            >
              {href === undefined ? (
                value
              ) : (
                <a className="link" href={href} style={{ color: light.cedar, textDecoration: "underline" }}>
                  {value}
                </a>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
