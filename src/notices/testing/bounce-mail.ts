/** What a mail server sends back (RFC 3464). */
export function bounceMail(
  to: string,
  { action = 'failed', status = '5.1.1' }: { action?: string; status?: string } = {},
): Buffer {
  return Buffer.from(
    [
      'From: MAILER-DAEMON@mx.example.jp',
      `To: <${to}>`,
      'Subject: Undelivered Mail Returned to Sender',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
      '',
      '--b1',
      'Content-Type: text/plain',
      '',
      'I am sorry to have to inform you that your message could not be delivered.',
      '--b1',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.jp',
      '',
      'Final-Recipient: rfc822; hanako@example.jp',
      `Action: ${action}`,
      `Status: ${status}`,
      'Diagnostic-Code: smtp; 550 hanako does not live here',
      '--b1',
      'Content-Type: message/rfc822',
      '',
      'From: x@kinken.example',
      'Subject: x',
      '',
      'x',
      '--b1--',
      '',
    ].join('\r\n'),
  );
}
