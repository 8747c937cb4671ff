import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import program from "zxing-wasm/reader/zxing_reader.wasm?url";

prepareZXingModule({ overrides: { locateFile: () => program } });

/** The text of the first code in a picture (ImageData), or nothing. */
export async function readPicture(picture) {
  const [code] = await readBarcodes(picture, {
    formats: ["QRCode", "Code128"],
    maxNumberOfSymbols: 1,
    tryHarder: true,
  });
  return code?.isValid ? code.text : undefined;
}
