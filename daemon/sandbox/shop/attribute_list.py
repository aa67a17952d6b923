"""The attributes of the sample shop, their options and labels, as data."""

from __future__ import annotations

from daemon.sandbox.shop.words import BRANDS

CATEGORY_ATTRIBUTES = """
45 name varchar text r0 Name
46 is_active int select r0 Is_Active
47 description text textarea h0 Description
48 image varchar image -0 Image
49 meta_title varchar text -0 Page_Title
50 meta_keywords text textarea -0 Meta_Keywords
51 meta_description text textarea -0 Meta_Description
52 display_mode varchar select -0 Display_Mode
54 is_anchor int select -1 Is_Anchor
67 available_sort_by text multiselect r0 Available_Product_Listing_Sort_By
68 default_sort_by varchar select r0 Default_Product_Listing_Sort_By
69 include_in_menu int select r0 Include_in_Navigation_Menu
119 url_key varchar text s0 URL_Key
120 url_path varchar - x0 -
"""
PRODUCT_ATTRIBUTES = """
73 name varchar text rslo0 Product_Name
74 sku static text rsuc1 SKU
75 description text textarea shc0 Description
76 short_description text textarea shcl0 Short_Description
77 price decimal price rsflo2 Price
78 special_price decimal price l2 Special_Price
79 special_from_date datetime date l2 Special_Price_From_Date
80 special_to_date datetime date l2 Special_Price_To_Date
81 cost decimal price U2 Cost
82 weight decimal weight -1 Weight
83 manufacturer int select Usfc1 Manufacturer
84 meta_title varchar text -0 Meta_Title
85 meta_keyword text textarea -0 Meta_Keywords
86 meta_description varchar textarea -0 Meta_Description
87 image varchar media_image l0 Base
88 small_image varchar media_image l0 Small
89 thumbnail varchar media_image l0 Thumbnail
90 media_gallery static gallery -1 Media_Gallery
92 tier_price decimal text -2 Tier_Price
93 color int select Ufl1 Colour
94 news_from_date datetime date l2 Set_Product_as_New_from_Date
95 news_to_date datetime date l2 Set_Product_as_New_to_Date
97 status int select sl2 Enable_Product
99 visibility int select -0 Visibility
106 options_container varchar select -0 Display_Product_Options_In
107 required_options static text xl1 -
108 has_options static text x1 -
109 image_label varchar text xl0 Image_Label
110 small_image_label varchar text xl0 Small_Image_Label
111 thumbnail_label varchar text xl0 Thumbnail_Label
112 created_at static date x1 -
113 updated_at static date x1 -
121 url_key varchar text sl0 URL_Key
125 price_type int boolean rl1 Dynamic_Price
126 sku_type int boolean r1 Dynamic_SKU
127 weight_type int boolean rl1 Dynamic_Weight
128 price_view int select rl1 Price_View
129 shipment_type int select rl1 Ship_Bundle_Items
130 links_purchased_separately int - rl1 Links_can_be_purchased_separately
131 samples_title varchar - r0 Samples_title
132 links_title varchar - r0 Links_title
133 links_exist int - l1 -
134 tax_class_id int select sl2 Tax_Class
136 swatch_image varchar media_image l0 Swatch
137 size int select Ufl1 Size
138 capacity int select Ufl1 Capacity
139 pattern int select Ufl1 Pattern
140 season int select Usfcv0 Season
141 activity text multiselect Usfcv1 Activity
142 eco_certified int boolean Ufcv1 Eco_Certified
143 model_code varchar text Usc1 Model_Code
144 care text textarea Uhv0 Care_Instructions
145 release_date datetime date U0 Release_Date
146 available_from datetime datetime U0 Available_From
147 list_price decimal price U2 List_Price
148 packed_weight decimal weight U1 Packed_Weight
149 lifestyle_image varchar media_image U0 Lifestyle_Image
150 warranty_years int text Ucv1 Warranty_Years
151 material varchar multiselect Ufv0 Material
152 tagline varchar text Uslv0 Tagline
"""
"""A line is: id, code, type of value, input, flags and scope, label.

Flags: r required, s searched, l in listings, o sorted by, u unique, U user-defined, f filtered by,
c compared, v shown, h HTML allowed, x not visible. Scope: 0 store view, 1 global, 2 website.
"""
OPTION_LABELS: dict[str, tuple[tuple[str, ...], ...]] = {
    "manufacturer": tuple((brand,) for brand in BRANDS),
    "color": (
        ("Green", "Grün", "#2f5d3a"),
        ("Navy", "Marine", "#1f2f4f"),
        ("Rust", "Rost", "#a5492a"),
        ("Slate", "Schiefer", "#5a6470"),
        ("Sand", "Sand", "#cdbb97"),
        ("Black", "Schwarz", "#141414"),
        ("Ochre", "Ocker", "#c58a2b"),
        ("Berry", "Beere", "#7a2344"),
    ),
    "size": tuple((size,) for size in ("XS", "S", "M", "L", "XL", "XXL")),
    "capacity": tuple((f"{litres} l",) for litres in ("0.5", "1", "1.5", "25", "40", "60")),
    "pattern": (
        ("Herringbone", "Fischgrat", "/h/e/herringbone.png"),
        ("Tartan", "Karo", "/t/a/tartan.png"),
        ("Plain", "Uni", "/p/l/plain.png"),
        ("Stripe", "Streifen", "/s/t/stripe.png"),
    ),
    "season": (("Summer", "Sommer"), ("Three seasons", "Drei Jahreszeiten"), ("Winter",)),
    "activity": (("Hiking", "Wandern"), ("Climbing", "Klettern"), ("Camping",), ("Home", "Heim")),
    "material": (("Wool", "Wolle"), ("Cotton", "Baumwolle"), ("Nylon",), ("Beech", "Buche")),
}
"""Options by attribute: admin label, German label where there is one, swatch where there is one."""
SWATCHES = {"color": ("visual", 1), "pattern": ("visual", 2), "size": ("text", 0)}
GERMAN_LABELS = {"color": "Farbe", "size": "Größe", "season": "Jahreszeit", "care": "Pflege"}
ONLY_IN_SETS = {
    "size": ("Apparel", "Gear"),
    "capacity": ("Gear",),
    "pattern": ("Home",),
    "packed_weight": ("Gear",),
    "season": ("Gear", "Apparel"),
}
