import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { pictureQuery } from '../api/phishing.ts';
import { useLanguage } from '../language.tsx';
import { Button } from '../parts/button.tsx';
import { Shown } from '../parts/shown.tsx';

/** What the reporter saw. It is loaded when somebody wants to see it: that is a look, and written down. */
export function ReportPicture({ number }: { readonly number: string }) {
  const { t } = useLanguage();
  const [isAsked, setAsked] = useState(false);
  return isAsked ? (
    <Picture number={number} />
  ) : (
    <div>
      <Button kind="quiet" icon="search" onPress={() => setAsked(true)}>
        {t('phishing.showPicture')}
      </Button>
    </div>
  );
}

function Picture({ number }: { readonly number: string }) {
  const { t } = useLanguage();
  const picture = useQuery(pictureQuery(number));
  return (
    <Shown of={picture}>
      {({ mediaType, base64 }) => (
        <img
          className="seen-picture"
          src={`data:${mediaType};base64,${base64}`}
          alt={t('phishing.pictureAlt')}
        />
      )}
    </Shown>
  );
}
