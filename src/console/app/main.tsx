import 'virtual:typeface.css';
import './look/console.css';
import { createRoot } from 'react-dom/client';

createRoot(document.getElementById('root')!).render(<p>Kinken</p>);
