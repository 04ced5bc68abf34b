import { light, serif } from "./theme";

/** One line of a bill; the amount is already formatted, a discount with its minus sign. */
export type Amount = { label: string; amount: string };

/** An itemised amount with its total. */
export function AmountsTable({ lines, total }: { lines: readonly Amount[]; total: Amount }) {
  const cell = {
    padding: "10px 0",
    color: light.ink,
    fontSize: 15,
    lineHeight: 1.5,
    verticalAlign: "baseline",
    borderBottom: `1px solid ${light.line}`,
  } as const;
  const figure = { ...cell, paddingLeft: 16, textAlign: "right", whiteSpace: "nowrap" } as const;
  return (
    <table
      cellPadding={0}
      cellSpacing={0}
      style={{ width: "100%", borderCollapse: "collapse", margin: "4px 0 20px" }}
    >
      <tbody>
        {lines.map(({ label, amount }) => (
          <tr key={`${label} ${amount}`}>
            <td className="ink line" style={cell}>
              {label}
            </td>
            <td className="ink line" style={figure}>
              {amount}
            </td>
          </tr>
        ))}
        <tr>
          <td className="ink" style={{ ...cell, borderBottom: "none", fontWeight: 700 }}>
            {total.label}
          </td>
          <td
            className="ink"
            style={{ ...figure, borderBottom: "none", fontFamily: serif, fontSize: 20, fontWeight: 600 }}
          >
            {total.amount}
          </td>
        </tr>
      </tbody>
    </table>
  );
}
