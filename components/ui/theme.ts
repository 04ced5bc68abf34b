import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  parseThemeColor,
  type VariantColorsResolver,
} from "@mantine/core";

const cedar: MantineColorsTuple = [
  "#f0f9f5",
  "#e3f0ea",
  "#c0e0d3",
  "#9bd1b9",
  "#7dc3a4",
  "#69bb96",
  "#5db78f",
  "#4da17b",
  "#428f6d",
  "#2c6e52",
];

const gold: MantineColorsTuple = [
  "#fff6e3",
  "#faebd2",
  "#f0d6a9",
  "#e6bf7d",
  "#deac57",
  "#d9a03f",
  "#d79930",
  "#be8522",
  "#aa761a",
  "#93650c",
];

const clay: MantineColorsTuple = [
  "#fff0ea",
  "#f6e0da",
  "#e6bfb4",
  "#d79c8c",
  "#cb7e69",
  "#c46b53",
  "#c16147",
  "#b5563c",
  "#994731",
  "#873b27",
];

/** Mantine's dark surfaces, moved towards the cedar's green so that its own parts match our tokens. */
const dark: MantineColorsTuple = [
  "#edf1ee",
  "#cdd5d0",
  "#a5b0aa",
  "#85918a",
  "#2c3731",
  "#243029",
  "#1b231f",
  "#141a17",
  "#101512",
  "#0b0f0d",
];

const toned = new Set(["cedar", "gold", "clay"]);

/** A filled part takes its text from the scheme's own contrast token; Mantine alone knows one scheme only. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const resolved = defaultVariantColorsResolver(input);
  const parsed = parseThemeColor({ color: input.color ?? input.theme.primaryColor, theme: input.theme });
  if (input.variant !== "filled" || !parsed.isThemeColor || !toned.has(parsed.color)) return resolved;
  return { ...resolved, color: `var(--on-${parsed.color}-filled)` };
};

/** Maps Mantine's variables to the tokens of app/globals.css, which switch with the colour scheme. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const tone = (name: string, filled: string, hover: string, text: string) => ({
    [`--mantine-color-${name}-filled`]: filled,
    [`--mantine-color-${name}-filled-hover`]: hover,
    [`--on-${name}-filled`]: text,
    [`--mantine-color-${name}-light`]: `var(--${name}-tint)`,
    [`--mantine-color-${name}-light-hover`]: `var(--${name}-tint)`,
    [`--mantine-color-${name}-light-color`]: `var(--on-${name}-tint)`,
    [`--mantine-color-${name}-text`]: `var(--on-${name}-tint)`,
    [`--mantine-color-${name}-outline`]: `var(--on-${name}-tint)`,
  });
  const shared = {
    ...tone("cedar", "var(--cedar)", "var(--cedar-hover)", "var(--on-cedar)"),
    ...tone("gold", "var(--gold)", "var(--mantine-color-gold-4)", "var(--gold-ink)"),
    ...tone("clay", "var(--clay)", "var(--clay-hover)", "var(--on-clay)"),
    "--mantine-color-body": "var(--paper)",
    "--mantine-color-text": "var(--ink)",
    "--mantine-color-bright": "var(--ink)",
    "--mantine-color-dimmed": "var(--soft)",
    "--mantine-color-placeholder": "var(--soft)",
    "--mantine-color-anchor": "var(--cedar)",
    "--mantine-color-error": "var(--clay)",
    "--mantine-color-success": "var(--cedar)",
    "--mantine-color-default": "var(--card)",
    "--mantine-color-default-hover": "var(--sunken)",
    "--mantine-color-default-color": "var(--ink)",
    "--mantine-color-default-border": "var(--line)",
    "--mantine-color-disabled": "var(--sunken)",
    "--mantine-color-disabled-color": "var(--soft)",
    "--mantine-color-disabled-border": "var(--line)",
    "--mantine-primary-color-contrast": "var(--on-cedar)",
  };
  return { variables: {}, light: shared, dark: shared };
};

const text = 'var(--font-inter-ext), var(--font-inter), ui-sans-serif, system-ui, "Segoe UI", sans-serif';
const display = 'var(--font-fraunces-ext), var(--font-fraunces), "Iowan Old Style", Georgia, serif';

/** The look of Cedar Heights: cedar first, gold for emphasis, clay for what cannot be undone. */
export const theme = createTheme({
  colors: { cedar, gold, clay, dark },
  primaryColor: "cedar",
  primaryShade: { light: 9, dark: 5 },
  black: "#1f2a25",
  white: "#ffffff",
  variantColorResolver,
  fontFamily: text,
  headings: { fontFamily: display, fontWeight: "600", textWrap: "balance" },
  defaultRadius: "md",
  radius: { xs: "4px", sm: "6px", md: "10px", lg: "16px", xl: "24px" },
  cursorType: "pointer",
  respectReducedMotion: true,
});
