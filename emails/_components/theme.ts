/** The academy's colours, light; the dark ones are in `darkModeCss` because mail programs only take them there. */
export const light = {
  paper: "#fbf8f2",
  card: "#fffdf9",
  ink: "#1f2a25",
  soft: "#5b6660",
  line: "#e6dfd2",
  cedar: "#2c6e52",
  onCedar: "#ffffff",
  gold: "#d9a03f",
  goldTint: "#faebd2",
} as const;

const dark = {
  paper: "#141a17",
  card: "#1b231f",
  ink: "#edf1ee",
  soft: "#a5b0aa",
  line: "#2c3731",
  cedar: "#69bb96",
  onCedar: "#141a17",
  gold: "#deac57",
  goldTint: "#33291a",
} as const;

export const serif = "Fraunces, Georgia, 'Times New Roman', serif";
export const sans = "Inter, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/** One dark rule for each class; written once for Apple-like programs and once for Outlook's `data-ogsc`. */
const darkRules: readonly (readonly [selector: string, declarations: string])[] = [
  [".paper,.paper>table>tbody>tr>td", `background-color:${dark.paper} !important`],
  [".card", `background-color:${dark.card} !important;border-color:${dark.line} !important`],
  [".ink", `color:${dark.ink} !important`],
  [".soft", `color:${dark.soft} !important`],
  [".line", `border-color:${dark.line} !important`],
  [".link", `color:${dark.cedar} !important`],
  [".button", `background-color:${dark.cedar} !important;color:${dark.onCedar} !important`],
  [".notice", `background-color:${dark.goldTint} !important;border-color:${dark.gold} !important`],
];

const darkBlock = darkRules.map(([selector, declarations]) => `${selector}{${declarations}}`).join("");
const outlookBlock = darkRules
  .map(([selector, declarations]) => {
    const scoped = selector.split(",").map((one) => `[data-ogsc] ${one}`);
    return `${scoped.join(",")}{${declarations}}`;
  })
  .join("");

/** The one style sheet of every mail: all else is inline, since some programs drop style sheets. */
export const styleSheet = [
  ":root{color-scheme:light dark;supported-color-schemes:light dark}",
  `@media (prefers-color-scheme:dark){${darkBlock}}`,
  outlookBlock,
  "@media (max-width:480px){.frame{padding:16px 10px 28px !important}.card{padding:24px 20px !important}.label{width:74px !important}",
  ".title{font-size:25px !important}.button{display:block !important;text-align:center !important}}",
].join("");
