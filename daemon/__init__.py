"""Keeps external services in step with an Adobe Commerce / Magento Open Source shop."""
