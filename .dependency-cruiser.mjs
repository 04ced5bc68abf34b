/** The import rules of the architecture: one way only, rules and schemas pure, the product free of local/. */
export default {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "lib-below-app",
      severity: "error",
      from: { path: "^lib/" },
      to: { path: "^(app|components|emails(?!/)|local|bench|e2e)/" },
    },
    {
      name: "lib-knows-only-inngest-events",
      severity: "error",
      from: { path: "^lib/" },
      to: { path: "^inngest/", pathNot: "^inngest/(events|client)\\.ts$" },
    },
    {
      name: "rules-and-schemas-are-pure",
      severity: "error",
      from: { path: "^lib/.+/(rules|schema)\\.ts$" },
      to: {
        path: "^(lib/(db|auth|stripe|http|env)|inngest)|node_modules/(postgres|kysely|stripe|inngest|next)/",
        // Types made from the schema, and other pure files.
        pathNot: "^lib/db/database\\.gen\\.ts$|^lib/.+/(rules|schema)\\.ts$",
      },
    },
    {
      name: "components-without-data",
      severity: "error",
      from: { path: "^components/" },
      to: {
        path: "^(app|lib/db|lib/stripe|lib/auth|inngest|local)/|^lib/.+/(queries|mutations)\\.ts$",
        pathNot: "database\\.gen\\.ts$",
      },
    },
    {
      name: "emails-import-nothing-of-ours",
      severity: "error",
      from: { path: "^emails/" },
      to: { path: "^(app|components|lib|inngest|local)/" },
    },
    {
      name: "product-without-local-and-bench",
      severity: "error",
      from: { path: "^(app|components|lib|inngest|emails)/|^proxy\\.ts$", pathNot: "\\.test\\.tsx?$" },
      to: { path: "^(local|bench|e2e|supabase)/", pathNot: "^supabase/seed/accounts\\.ts$" },
    },
    {
      name: "one-door-to-the-database",
      severity: "error",
      from: { path: "^(app|components|lib|inngest)/", pathNot: "^lib/db/" },
      to: { path: "^lib/db/connection\\.ts$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.next|\\.data|node_modules)" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
    },
  },
};
