import { download } from "@/lib/http/download";
import { readId } from "@/lib/ids";
import { exportFamily } from "@/lib/privacy/export-family";

export async function GET(
  request: Request,
  { params }: RouteContext<"/admin/families/[id]/family-data.zip">,
) {
  const id = readId<"family">((await params).id);
  return download(request, ["admin"], async (admin) => id && exportFamily(admin, id));
}
