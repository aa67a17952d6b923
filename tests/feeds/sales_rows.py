"""Rows of orders, their documents, reviews and ratings."""

TIMES = {"created_at": "2026-03-01 10:00:00", "updated_at": "2026-03-02 11:00:00"}


class SalesRows:
    """Adds orders with as few rows as an order can have; tests add what they are about."""

    def order(self, order_id, *, said='{"method_title":"Check"}', **row):
        """An order and its payment; `said` is the payment's additional information."""
        values = {"increment_id": f"{order_id:09}", "state": "new", "store_id": 1, **TIMES, **row}
        self.add("sales_order", entity_id=order_id, **values)
        self.add(
            "sales_order_payment",
            entity_id=order_id,
            parent_id=order_id,
            additional_information=said,
        )

    def item(self, item_id, order_id, **row):
        values = {"sku": f"sku-{item_id}", "product_type": "simple", **TIMES, **row}
        self.add("sales_order_item", item_id=item_id, order_id=order_id, **values)

    def document(self, table, entity_id, order_id, **row):
        """An invoice, a shipment or a credit memo."""
        values = {"increment_id": f"{entity_id:09}", **TIMES, **row}
        self.add(table, entity_id=entity_id, order_id=order_id, **values)

    def uuids(self, *rows):
        """The exporter's own table, with these (uuid, entity id, type)."""
        self.absent.discard("data_exporter_uuid")
        for uuid, entity_id, kind in rows:
            self.add("data_exporter_uuid", uuid=uuid, entity_id=entity_id, type=kind)

    def review(self, review_id, stores=(0, 1), *, status=1, product=5, entity=1, **detail):
        self.add(
            "review",
            review_id=review_id,
            entity_id=entity,
            entity_pk_value=product,
            status_id=status,
        )
        values = {"title": "Good", "detail": "Very good.", "nickname": "Ann", **detail}
        self.add("review_detail", review_id=review_id, **values)
        for store in stores:
            self.add("review_store", review_id=review_id, store_id=store)

    def rating(self, rating_id, code, stores=(0, 1), values=(1, 2), **row):
        """A rating whose options have the ids rating_id * 10 + value."""
        self.add("rating", rating_id=rating_id, rating_code=code, entity_id=1, **row)
        for store in stores:
            self.add("rating_store", rating_id=rating_id, store_id=store)
        for value in values:
            self.add(
                "rating_option",
                option_id=rating_id * 10 + value,
                rating_id=rating_id,
                code=str(value),
                value=value,
                position=value + 100,
            )

    def vote(self, review_id, rating_id, value):
        self.add(
            "rating_option_vote",
            review_id=review_id,
            rating_id=rating_id,
            option_id=rating_id * 10 + value,
            remote_ip="",
            remote_ip_long=0,
            entity_pk_value=5,
        )
