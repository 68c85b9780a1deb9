// One file on its way: fetch() cannot say how far it is, so this is the older way.

/**
 * @param {{url: string, headers: Record<string, string>, file: Blob, onProgress: (share: number) => void}} o
 * @returns {{done: Promise<object>, cancel: () => void}} `done` rejects with the protocol's error, `cancelled` among them
 */
export function upload({ url, headers, file, onProgress }) {
  const request = new XMLHttpRequest();
  const failed = (error) => Object.assign(new Error(error.message || ""), { retryable: true, ...error });
  const done = new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => {
      const { response, status } = request;
      if (status === 200 && response) return resolve(response);
      reject(failed({ retryable: status >= 500 || status === 429, status, ...response?.error }));
    };
    request.onerror = () => reject(failed({ code: "no_network" }));
    request.onabort = () => reject(failed({ code: "cancelled" }));
  });
  request.open("POST", url);
  request.responseType = "json";
  for (const name in headers) request.setRequestHeader(name, headers[name]);
  request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
  request.send(file);
  return { done, cancel: () => request.abort() };
}

/** "1.2 MB" in the reader's language. */
export const sizeText = (bytes, lang) =>
  new Intl.NumberFormat(lang, {
    style: "unit",
    unit: bytes < 1e6 ? "kilobyte" : "megabyte",
    maximumFractionDigits: bytes < 1e6 ? 0 : 1,
  }).format(bytes < 1e6 ? Math.max(1, bytes / 1e3) : bytes / 1e6);
