import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, pageText } from './html.ts';

test('what is put into a template is text, also inside an attribute', () => {
  const evil = `"><script>alert('1')</script>\``;
  assert.equal(
    pageText(html`<p title="${evil}">${evil}</p>`),
    '<!doctype html>\n<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&#96;">' +
      '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&#96;</p>\n',
  );
});

test('templates nest, lists join, and nothing is written for what is not there', () => {
  const rows = [1, 2n].map((number) => html`<li>${number}</li>`);
  const page = pageText(
    html`<ul>
      ${rows}${null}${undefined}${false}
    </ul>`,
  );
  assert.match(page.replaceAll(/\s/g, ''), /<ul><li>1<\/li><li>2<\/li><\/ul>/);
});

test('an object from outside cannot pass for markup', () => {
  const forged = JSON.parse('["<b>"]') as string[];
  assert.match(pageText(html`<p>${forged}</p>`), /<p>&lt;b&gt;<\/p>/);
});
