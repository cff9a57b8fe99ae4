import type { FastifyInstance } from 'fastify';

/** A form with a file: its fields are read like those of any other. */
class UploadForm extends URLSearchParams {
  file: Uint8Array | null = null;
}

/** The one file of a form; null: none was chosen. */
export function fileOf(form: URLSearchParams): Uint8Array | null {
  return form instanceof UploadForm ? form.file : null;
}

/** A form whose end was cut off is one without a token: it is refused as one that is not ours. */
export function readUploads(server: FastifyInstance, bytesMax: number): void {
  server.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer', bodyLimit: bytesMax },
    (request, body, parsed) => {
      const type = request.headers['content-type'] ?? '';
      readForm(body as Buffer<ArrayBuffer>, type).then(
        (form) => parsed(null, form),
        () => parsed(null, new UploadForm()),
      );
    },
  );
}

async function readForm(body: Buffer<ArrayBuffer>, type: string): Promise<UploadForm> {
  const sent = await new Response(body, { headers: { 'content-type': type } }).formData();
  const form = new UploadForm();
  for (const [name, value] of sent) {
    if (typeof value === 'string') form.append(name, value);
    else if (value.size > 0) form.file ??= new Uint8Array(await value.arrayBuffer());
  }
  return form;
}
