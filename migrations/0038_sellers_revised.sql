-- breaking: no
-- What a seller is like when stands in its revisions; one that was made before there were any was always like this.
insert into programmes.revision (version, issuer_id, kind, thing_id, valid_from, recorded_at, actor, content)
select
  1,
  seller.issuer_id,
  'seller',
  seller.seller_id,
  timestamptz 'epoch',
  timestamptz 'epoch',
  'migration',
  jsonb_build_object(
    'key', seller.key, 'nameJa', seller.name_ja, 'nameEn', seller.name_en, 'chainId', seller.chain_id
  )
from programmes.seller
where not exists (
  select
  from programmes.revision
  where revision.kind = 'seller'
    and revision.thing_id = seller.seller_id
);
