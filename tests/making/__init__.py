"""What tests make to try the product on: files as offices send them, servers, rows, faults and warehouses."""
