-- The 77 community areas; the published names are in capitals, the Chinese ones stand in the order of the areas' numbers.
SELECT
    line,
    'civic' AS hierarchy,
    'community' AS level,
    CAST("NID" AS VARCHAR) AS area,
    'chicago' AS parent,
    [
        '罗杰斯公园', '西岭', '上城', '林肯广场', '北中心', '湖景', '林肯公园', '近北区', '爱迪生公园', '诺伍德公园',
        '杰斐逊公园', '福里斯特格伦', '北公园', '奥尔巴尼公园', '波蒂奇公园', '欧文公园', '邓宁', '蒙特克莱尔',
        '贝尔蒙特克拉金', '赫莫萨', '埃文代尔', '洛根广场', '洪堡公园', '西城', '奥斯汀', '西加菲尔德公园',
        '东加菲尔德公园', '近西区', '北朗代尔', '南朗代尔', '下西区', '卢普区', '近南区', '阿穆尔广场', '道格拉斯',
        '奥克兰', '富勒公园', '格兰德大道', '肯伍德', '华盛顿公园', '海德公园', '伍德劳恩', '南岸', '查塔姆',
        '阿瓦隆公园', '南芝加哥', '伯恩赛德', '卡柳梅特高地', '罗斯兰', '普尔曼', '南迪林', '东区', '西普尔曼',
        '里弗代尔', '赫格维什', '加菲尔德岭', '阿彻高地', '布赖顿公园', '麦金利公园', '布里奇波特', '新城',
        '西埃尔斯登', '盖奇公园', '克利灵', '西草坪', '芝加哥草坪', '西恩格尔伍德', '恩格尔伍德', '大十字路口',
        '阿什本', '奥本格雷沙姆', '贝弗利', '华盛顿高地', '芒特格林伍德', '摩根公园', '奥黑尔', '埃奇沃特'
    ][CAST("NID" AS INTEGER)] AS name_zh,
    CASE "community"
        WHEN 'MCKINLEY PARK' THEN 'McKinley Park'
        WHEN 'OHARE' THEN 'O''Hare'
        ELSE array_to_string(list_transform(string_split("community", ' '), lambda word: word[1] || lower(word[2:])), ' ')
    END AS name_en,
    DATE '2000-01-01' AS valid_from,
    CAST(NULL AS DATE) AS valid_to,
    hex(ST_AsWKB(geometry)) AS geometry
FROM raw
