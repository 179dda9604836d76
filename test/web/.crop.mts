import { chromium } from 'playwright-core';
import { readFileSync, writeFileSync } from 'node:fs';
const [src, cols='2', h='1300'] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 360*Number(cols)+20*Number(cols), height: Number(h) } });
const b = readFileSync(src!).toString('base64');
await page.setContent('<body style="margin:0;display:flex;gap:20px;background:#888">' + Array.from({length:Number(cols)},(_,i)=>`<div style="width:360px;height:${h}px;background:url(data:image/png;base64,${b}) 0 -${i*Number(h)}px no-repeat"></div>`).join('') );
await page.screenshot({ path: '/tmp/shots/crop.png' });
await browser.close();
