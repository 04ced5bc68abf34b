import type { CSSProperties, ReactNode } from "react";

/** A box with one style and one class on its only cell: every mail program, and every media rule, sees the same box. */
export function Panel({
  className,
  style,
  margin = "0",
  children,
}: {
  className: string;
  style: CSSProperties;
  margin?: string;
  children: ReactNode;
}) {
  return (
    <table
      role="presentation"
      width="100%"
      cellPadding={0}
      cellSpacing={0}
      style={{ width: "100%", borderCollapse: "separate", margin }}
    >
      <tbody>
        <tr>
          <td className={className} style={style}>
            {children}
          </td>
        </tr>
      </tbody>
    </table>
  );
}
