/** Windows-1252 for the letters a German invoice needs; anything else becomes a question mark. */
const encoded = (text: string) =>
  Buffer.from(
    [...text.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ').replaceAll('€', '\u0080')]
      .map((letter) => (letter.charCodeAt(0) < 256 ? letter : '?'))
      .join('')
      .replace(/[\\()]/g, (special) => `\\${special}`),
    'latin1',
  ).toString('latin1')

/** A PDF of one A4 page: a heading and lines of text in Helvetica, for the emulator's invoices. */
export function onePagePdf(heading: string, lines: string[]): Buffer {
  const text = [
    'BT /F1 20 Tf 60 770 Td',
    `(${encoded(heading)}) Tj`,
    '/F1 11 Tf 0 -20 Td 16 TL',
    ...lines.map((line) => `T* (${encoded(line)}) Tj`),
    'ET',
  ].join('\n')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${Buffer.byteLength(text, 'latin1')} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ]
  let file = '%PDF-1.4\n'
  const places = objects.map((object, index) => {
    const place = Buffer.byteLength(file, 'latin1')
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return String(place).padStart(10, '0')
  })
  const start = Buffer.byteLength(file, 'latin1')
  const table = places.map((place) => `${place} 00000 n \n`).join('')
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}
